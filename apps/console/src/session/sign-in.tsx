import { useEffect, useState, type ReactNode, type SubmitEvent } from 'react';
import { ApiError } from '../api/client.js';
import { problemText } from '../api/problem-text.js';
import { useText, type Text } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { TextField } from '../parts/text-field.js';
import { Brand } from '../shell/brand.js';
import { Preferences } from '../shell/preferences.js';
import { useSignIn } from './use-session.js';
import styles from './sign-in.module.css';

/** The page for who has no session; after it, the page of the URL is shown. */
export function SignIn(): ReactNode {
  const t = useText();
  const [token, setToken] = useState('');
  const signIn = useSignIn();
  useEffect(() => {
    document.title = t('signIn.title');
  }, [t]);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') signIn.mutate(token.trim());
  };
  return (
    <main className={styles['page']}>
      <form className={styles['card']} onSubmit={submit}>
        <Brand />
        <div>
          <h1>{t('signIn.title')}</h1>
          <p className={styles['quiet']}>{t('signIn.intro')}</p>
        </div>
        <TextField
          label={t('signIn.token')}
          type="password"
          name="token"
          autoComplete="current-password"
          autoFocus
          isCode
          value={token}
          onChange={setToken}
          error={signIn.error && refusalText(signIn.error, t)}
        />
        <Button type="submit" look="primary" isPending={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
        <div className={styles['hint']}>
          <p>{t('signIn.hint')}</p>
          <code>cat data/admin-token</code>
        </div>
      </form>
      <div className={styles['preferences']}>
        <Preferences />
      </div>
    </main>
  );
}

function refusalText(error: Error, t: Text): string {
  if (!(error instanceof ApiError)) return problemText(error, t);
  if (error.problem?.code === 'unauthorized') return t('signIn.wrong');
  if (error.problem?.code !== 'too_many_failures') return problemText(error, t);
  return t('signIn.tooMany', { seconds: error.retryAfterSeconds ?? 60 });
}
