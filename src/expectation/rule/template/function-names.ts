const NAMES = new Set(
  (
    'and or not eq ne lt le gt ge index slice len print printf println html js urlquery ' +
    'query first label value strvalue args tmpl sortByLabel reReplaceAll match title toUpper toLower ' +
    'humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp toTime toDuration now parseDuration ' +
    'stripPort stripDomain graphLink tableLink safeHtml pathPrefix externalURL urlQueryEscape'
  ).split(' '),
);

/** Whether a template may call this. */
export function isFunction(name: string): boolean {
  return NAMES.has(name);
}
