import { useState, type ReactNode } from 'react';
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { useText, type MessageKey } from '../messages/language.js';
import { Icon } from '../parts/icon.js';
import type { FieldSpec } from './field-spec.js';
import { isPlaced, useForm } from './form-context.js';
import { FormFields } from './form-fields.js';
import styles from './form.module.css';

/** Some fields of a form under a title. */
export interface SectionSpec {
  title: MessageKey;
  about: MessageKey;
  fields: readonly FieldSpec[];
  /** Whether it is open at first. */
  isOpen?: boolean;
}

/** A section that can be closed. One with a problem is open, and says so. */
export function FormSection({ section }: { section: SectionSpec }): ReactNode {
  const t = useText();
  const { value, errors } = useForm();
  const [isOpen, setOpen] = useState(section.isOpen ?? false);
  const faults = errors.filter(({ field }) => isPlaced(field, section.fields, value)).length;
  return (
    <Disclosure className={styles['section']} isExpanded={isOpen || faults > 0} onExpandedChange={setOpen}>
      <Heading level={2} className={styles['heading']}>
        <Button slot="trigger" className={styles['toggle']}>
          <Icon name="chevron" />
          {t(section.title)}
          {faults > 0 ? (
            <span className={styles['faulty']}>{t('form.faults', { count: faults })}</span>
          ) : (
            <span className={styles['about']}>{t(section.about)}</span>
          )}
        </Button>
      </Heading>
      <DisclosurePanel>
        <div className={styles['content']}>
          <FormFields fields={section.fields} />
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}
