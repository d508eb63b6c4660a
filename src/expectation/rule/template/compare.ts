import { TemplateFault, typeName, type Value } from './value.ts';

/**
 * eq ne lt le gt ge as in Go: an int and a float64 do not compare (write 1.0 beside $value), `eq` takes several.
 * @throws TemplateFault
 */
export function compareFunction(name: string, args: readonly Value[]): boolean {
  if (args.length < 2) throw new TemplateFault(`error calling ${name}: missing argument for comparison`);
  const [first, second] = args as [Value, Value, ...Value[]];
  if (name === 'eq') return args.slice(1).some((other) => equal(first, other));
  if (args.length > 2) throw new TemplateFault(`wrong number of args for ${name}: want 2 got ${args.length}`);
  switch (name) {
    case 'ne':
      return !equal(first, second);
    case 'lt':
      return less(name, first, second);
    case 'le':
      return less(name, first, second) || equal(first, second);
    case 'gt':
      return !less(name, first, second) && !equal(first, second);
    case 'ge':
      return !less(name, first, second);
    default:
      throw new TemplateFault(`function "${name}" not defined`);
  }
}

function equal(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  if (typeof a === 'object' || typeof b === 'object') throw new TemplateFault('error calling eq: non-comparable type');
  if (typeof a !== typeof b) throw incompatible('eq', a, b);
  return a === b;
}

function less(name: string, a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b;
  throw incompatible(name, a, b);
}

function incompatible(name: string, a: Value, b: Value): TemplateFault {
  const hint = [typeName(a), typeName(b)].sort().join() === 'float64,int' ? '; write 1.0 rather than 1' : '';
  return new TemplateFault(`error calling ${name}: incompatible types for comparison${hint}`);
}
