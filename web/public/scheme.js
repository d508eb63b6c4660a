// Runs before the first paint, so that the page never flashes in the wrong scheme. A file of its own, because the
// content security policy allows no inline script.
(function () {
  var wanted = null;
  try {
    wanted = localStorage.getItem('lamplighter.scheme');
  } catch (refused) {
    // Storage can be refused; the system's choice is then followed.
  }
  if (wanted !== 'light' && wanted !== 'dark') {
    wanted = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  document.documentElement.setAttribute('data-mantine-color-scheme', wanted);
})();
