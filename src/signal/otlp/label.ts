import { compareText, type Labels } from '../../core/labels.ts';
import { labelName } from './name.ts';
import type { Attribute, OtlpScope } from './model.ts';

/** What happened to labels on the way, told to the sender once per kind. */
export interface Warnings {
  /** @param key what makes this warning the same as another */
  warn(key: string, text: string): void;
}

/**
 * Makes labels of attributes. Two attributes whose names become one are both kept: their values are joined by ";" in the
 * order of their names, as the specification has it, and the sender is told. An attribute that would take the place of a
 * label of ours becomes `exported_NAME`, and the sender is told too.
 * @param reserved labels that are set by us and stay as they are
 * @param prefix put before every name
 */
export function labelsOf(
  attributes: readonly Attribute[],
  reserved: Labels,
  warnings: Warnings,
  prefix = '',
): Record<string, string> {
  const labels: Record<string, string> = {};
  const keys = new Map<string, string>();
  const sorted =
    attributes.length < 2 ? attributes : [...attributes].sort((one, other) => compareText(one.key, other.key));
  for (const { key, value } of sorted) {
    let name = labelName(prefix + key);
    if (name === '' || name === '_') {
      warnings.warn(`unnamed ${key}`, `the attribute "${key}" has no letter or digit in its name and was left out`);
      continue;
    }
    if (Object.hasOwn(reserved, name)) {
      warnings.warn(
        `reserved ${name}`,
        `the attribute "${key}" would replace the label ${name}; it was stored as exported_${name}`,
      );
      name = `exported_${name}`;
    }
    const earlier = keys.get(name);
    if (earlier === undefined) {
      keys.set(name, key);
      if (value !== '') labels[name] = value;
      continue;
    }
    warnings.warn(
      `collision ${name} ${earlier} ${key}`,
      `the attributes "${earlier}" and "${key}" both become the label ${name}; it holds both values, joined by ";"`,
    );
    const before = labels[name];
    labels[name] = before === undefined ? value : `${before};${value}`;
  }
  return labels;
}

/** Labels that say which resource this is: `job` and `instance`. */
export function identityOf(attributes: readonly Attribute[]): Labels {
  const value = (wanted: string): string => attributes.find(({ key }) => key === wanted)?.value ?? '';
  const service = value('service.name');
  const namespace = value('service.namespace');
  const instance = value('service.instance.id');
  const job = service === '' ? '' : namespace === '' ? service : `${namespace}/${service}`;
  return { ...(job === '' ? {} : { job }), ...(instance === '' ? {} : { instance }) };
}

const IDENTITY = new Set(['service.name', 'service.namespace', 'service.instance.id']);

/** The attributes of a resource that say more than which one it is: the labels of `target_info`. */
export function describing(attributes: readonly Attribute[]): Attribute[] {
  return attributes.filter(({ key }) => !IDENTITY.has(key));
}

/** Labels of an instrumentation scope: otel_scope_name, otel_scope_version, otel_scope_schema_url, otel_scope_ATTRIBUTE. */
export function scopeLabels(scope: OtlpScope, warnings: Warnings): Labels {
  const own = {
    ...(scope.name === '' ? {} : { otel_scope_name: scope.name }),
    ...(scope.version === '' ? {} : { otel_scope_version: scope.version }),
    ...(scope.schemaUrl === '' ? {} : { otel_scope_schema_url: scope.schemaUrl }),
  };
  return { ...labelsOf(scope.attributes, own, warnings, 'otel_scope_'), ...own };
}
