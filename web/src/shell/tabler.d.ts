/** The package types its barrel only; the barrel's 6,000 icons are not for the bundler to walk through. */
declare module '@tabler/icons-react/dist/esm/icons/*.mjs' {
  import type { Icon } from '@tabler/icons-react';
  const icon: Icon;
  export default icon;
}
