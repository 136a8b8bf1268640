import { useState, type ReactNode } from 'react';
import { useLanguage, type Language } from '../messages/language.js';
import { Select, type Option } from '../parts/select.js';
import { applyTheme, storedTheme, type Theme } from './theme.js';
import styles from './preferences.module.css';

// Each language in itself, so that its readers find it.
const languages: readonly Option<Language>[] = [
  { value: 'en', text: 'English' },
  { value: 'zh', text: '中文' },
];

/** The choice of language and appearance. */
export function Preferences(): ReactNode {
  const { language, choose, t } = useLanguage();
  const [theme, setTheme] = useState(storedTheme);
  const themes: readonly Option<Theme>[] = [
    { value: 'system', text: t('menu.theme.system') },
    { value: 'light', text: t('menu.theme.light') },
    { value: 'dark', text: t('menu.theme.dark') },
  ];
  return (
    <div className={styles['preferences']}>
      <Select
        label={t('menu.language')}
        isLabelHidden
        options={languages}
        value={language}
        onChange={choose}
      />
      <Select
        label={t('menu.theme')}
        isLabelHidden
        options={themes}
        value={theme}
        onChange={(chosen) => {
          applyTheme(chosen);
          setTheme(chosen);
        }}
      />
    </div>
  );
}
