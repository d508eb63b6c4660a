/** A person's initials in a disc; lit for the one on duty. */
export function Initials({ name, lit = false }: { name: string; lit?: boolean }) {
  const letters = name
    .split(' ')
    .map((word) => word.charAt(0))
    .join('')
    .slice(0, 2);
  return (
    <span className={lit ? 'initials lit' : 'initials'} aria-hidden>
      {letters}
    </span>
  );
}
