import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { en } from './en.js';
import { fill } from './fill.js';
import { zh } from './zh.js';

export type Language = 'en' | 'zh';
export type MessageKey = keyof typeof en;

/** The text of a message, with the values of its `{placeholders}`. */
export interface Text {
  (key: MessageKey, values?: Readonly<Record<string, string | number>>): string;
  readonly language: Language;
}

interface Choice {
  language: Language;
  choose: (language: Language) => void;
  t: Text;
}

const storageKey = 'sluice.language';
const catalogues = { en, zh };

const LanguageContext = createContext<Choice | null>(null);

/** Provides the texts of the chosen language: the stored one, or else the language of the browser. */
export function LanguageProvider({ children }: { children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(initialLanguage);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const choice = useMemo<Choice>(
    () => ({
      language,
      choose: (chosen) => {
        localStorage.setItem(storageKey, chosen);
        setLanguage(chosen);
      },
      t: textIn(language),
    }),
    [language],
  );
  return (
    <LanguageContext value={choice}>
      <I18nProvider locale={localeOf(language)}>{children}</I18nProvider>
    </LanguageContext>
  );
}

export function useLanguage(): Choice {
  const choice = use(LanguageContext);
  if (choice === null) throw new Error('there is no LanguageProvider');
  return choice;
}

/** The function that returns the texts of the chosen language. */
export function useText(): Text {
  return useLanguage().t;
}

/** The locale for numbers and times. */
export function localeOf(language: Language): string {
  if (language === 'zh') return 'zh-CN';
  return navigator.languages.find((locale) => locale.startsWith('en')) ?? 'en';
}

function initialLanguage(): Language {
  const stored = localStorage.getItem(storageKey);
  if (stored === 'en' || stored === 'zh') return stored;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

function textIn(language: Language): Text {
  const text = (key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string =>
    fill(catalogues[language][key], values);
  return Object.assign(text, { language });
}
