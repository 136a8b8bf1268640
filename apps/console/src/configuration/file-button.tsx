import type { ReactNode } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useText } from '../messages/language.js';
import { Button } from '../parts/button.js';
import { Icon } from '../parts/icon.js';

interface Props {
  accept: string;
  onText: (text: string) => void;
}

/** Reads a text file. */
export function FileButton({ accept, onText }: Props): ReactNode {
  const t = useText();
  return (
    <FileTrigger
      acceptedFileTypes={accept.split(',')}
      onSelect={(files) => {
        const file = files?.item(0);
        if (file) void file.text().then(onText);
      }}
    >
      <Button>
        <Icon name="file" />
        {t('configuration.file')}
      </Button>
    </FileTrigger>
  );
}
