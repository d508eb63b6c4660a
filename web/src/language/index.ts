/** Every string a person reads comes from here. English is always present; German is fetched when it is wanted. */
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { en } from './en.ts';

const STORED = 'lamplighter.language';
export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

function isLanguage(text: string | null): text is Language {
  return text === 'en' || text === 'de';
}

function remembered(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

async function load(language: Language): Promise<void> {
  if (language === 'en' || i18next.hasResourceBundle(language, 'translation')) return;
  const { de } = await import('./de.ts');
  i18next.addResourceBundle(language, 'translation', de);
}

/** Chooses the remembered language, else the browser's, else English. */
export async function startLanguage(): Promise<void> {
  const stored = remembered();
  const browser = navigator.language.slice(0, 2);
  const language: Language = isLanguage(stored) ? stored : isLanguage(browser) ? browser : 'en';
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  } as Parameters<typeof i18next.init>[0]);
  await speak(language);
}

/** Switches the page to a language and remembers it. */
export async function speak(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Storage can be refused; the choice then lasts as long as the page.
  }
}

/** The region whose dates and figures are written: English ones the European way, for a European service. */
export function localeOf(language: string): string {
  return language === 'en' ? 'en-GB' : language;
}

/** The words, the language they are in, and a choice among texts that came in several languages. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const language = isLanguage(i18n.language) ? i18n.language : 'en';
  const pick = (texts: Record<string, string>): string =>
    texts[language] ?? texts['en'] ?? Object.values(texts)[0] ?? '';
  return { t, language, pick };
}
