import { useEffect, useRef, useState, type ReactNode } from 'react';
import { TextField } from './text-field.js';

interface Props {
  label: string;
  placeholder?: string;
  /** The filter in the URL of the page. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** A text by which a list is filtered. It keeps the typed text, since the URL changes a little later. */
export function FilterField({ label, placeholder, value = '', onChange }: Props): ReactNode {
  const [text, setText] = useState(value);
  const sent = useRef<string[]>([]);
  useEffect(() => {
    const place = sent.current.indexOf(value);
    if (place === -1) setText(value);
    else sent.current.splice(0, place + 1);
  }, [value]);
  return (
    <TextField
      label={label}
      isLabelHidden
      placeholder={placeholder ?? label}
      type="search"
      autoComplete="off"
      value={text}
      onChange={(typed) => {
        setText(typed);
        const meant = typed.trim();
        if (meant === (sent.current.at(-1) ?? value)) return;
        sent.current.push(meant);
        onChange(meant === '' ? undefined : meant);
      }}
    />
  );
}
