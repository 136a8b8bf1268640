import type { ReactNode, SubmitEvent } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useText } from '../messages/language.js';
import { Button } from './button.js';
import styles from './dialog.module.css';

interface Props {
  title: string;
  onClose: () => void;
  /** The action, in the words of its button; without one, the dialog only shows something. */
  action?: string;
  onSubmit?: () => void;
  isPending?: boolean;
  isDanger?: boolean;
  /** Whether only its button closes it, because it shows a secret that cannot be shown again. */
  isKept?: boolean;
  children: ReactNode;
}

/** A dialog with a form. */
export function FormDialog(props: Props): ReactNode {
  const { title, onClose, action, onSubmit, isPending, isDanger, isKept = false, children } = props;
  const t = useText();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit?.();
  };
  return (
    <ModalOverlay
      className={styles['overlay']}
      isOpen
      isDismissable={false}
      isKeyboardDismissDisabled={isKept}
      onOpenChange={(opened) => {
        if (!opened) onClose();
      }}
    >
      <Modal className={`${styles['modal']} ${styles['wide']}`}>
        <Dialog>
          <form className={styles['dialog']} onSubmit={submit}>
            <Heading slot="title" className={styles['title']}>
              {title}
            </Heading>
            <div className={styles['content']}>{children}</div>
            <div className={styles['actions']}>
              <Button look={action === undefined ? 'primary' : 'plain'} onPress={onClose}>
                {t(action === undefined ? 'form.done' : 'form.cancel')}
              </Button>
              {/* Not isPending: its announcement would outlive the button. */}
              {action !== undefined && (
                <Button type="submit" look={isDanger ? 'danger' : 'primary'} isDisabled={isPending}>
                  {action}
                </Button>
              )}
            </div>
          </form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
