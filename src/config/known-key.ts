import type { z } from 'zod';

interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
  readonly getter?: () => z.core.$ZodType;
}

/** The settings that there are at a place of the configuration, whatever forms it may have. */
export function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const [first, ...rest] = path;
  return [
    ...new Set(
      objectsOf(schema).flatMap((shape) => {
        if (first === undefined) return Object.keys(shape);
        const inner = shape[String(first)];
        return inner ? keysAt(inner, rest) : [];
      }),
    ),
    ...(typeof first === 'number' ? elementsOf(schema).flatMap((element) => keysAt(element, rest)) : []),
  ];
}

function objectsOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>>[] {
  const def = schema._zod.def as unknown as Def;
  if (def.type === 'object' && def.shape) return [def.shape];
  return insideOf(def).flatMap(objectsOf);
}

function elementsOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const def = schema._zod.def as unknown as Def;
  if (def.type === 'array' && def.element) return [def.element];
  return insideOf(def).flatMap(elementsOf);
}

/** What a form that only wraps others stands for. */
function insideOf(def: Def): readonly z.core.$ZodType[] {
  if (def.type === 'object' || def.type === 'array') return [];
  if (def.options) return def.options;
  const inner = def.innerType ?? def.in ?? def.getter?.();
  return inner ? [inner] : [];
}
