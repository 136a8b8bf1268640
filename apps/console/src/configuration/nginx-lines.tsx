import type { ReactNode } from 'react';
import { useText } from '../messages/language.js';
import { nginxFile, type NginxAnswer } from './use-configuration.js';
import styles from './nginx-lines.module.css';

interface Remark {
  look: 'route' | 'warning' | 'hint';
  text: string;
}

/** The lines of the file, each with the routes and findings that belong to it below it. */
export function NginxLines({ text, answer }: { text: string; answer: NginxAnswer }): ReactNode {
  const t = useText();
  const remarks = remarksByLine(answer);
  const { routes, warnings, hints } = answer;
  return (
    <>
      <p className={styles['summary']}>
        {t('configuration.nginx.summary', {
          routes: routes.length,
          warnings: warnings.length,
          hints: hints.length,
        })}
      </p>
      <ol className={styles['lines']} tabIndex={0} aria-label={t('configuration.nginx.lines')}>
        {text.split('\n').map((line, index) => (
          // Lines have no identity but their number.
          <li key={index} className={styles['line']}>
            <span className={styles['number']} aria-hidden="true">
              {index + 1}
            </span>
            <code className={styles['text']}>{line}</code>
            {remarks.get(index + 1)?.map((remark, position) => (
              <RemarkLine key={position} remark={remark} />
            ))}
          </li>
        ))}
      </ol>
    </>
  );
}

function RemarkLine({ remark: { look, text } }: { remark: Remark }): ReactNode {
  const t = useText();
  const looks = {
    route: t('configuration.nginx.route'),
    warning: t('configuration.nginx.warning'),
    hint: t('configuration.nginx.hint'),
  };
  return (
    <p className={styles['remark']} data-look={look}>
      <strong>{looks[look]}</strong> <bdi>{text}</bdi>
    </p>
  );
}

function remarksByLine({ routes, warnings, hints }: NginxAnswer): Map<number, Remark[]> {
  const remarks = new Map<number, Remark[]>();
  const add = (place: { file: string; line: number }, remark: Remark): void => {
    if (place.file.endsWith(nginxFile)) remarks.set(place.line, [...(remarks.get(place.line) ?? []), remark]);
  };
  for (const found of warnings) add(found, { look: 'warning', text: found.message });
  for (const found of hints) add(found, { look: 'hint', text: found.message });
  for (const found of routes) {
    const { match, upstreams } = found.route;
    const targets = upstreams.map(({ url }) => url).join(', ');
    add(found, { look: 'route', text: `${match.host ?? '*'}${match.path} → ${targets}` });
  }
  return remarks;
}
