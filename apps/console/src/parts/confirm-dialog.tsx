import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useText } from '../messages/language.js';
import { Button } from './button.js';
import styles from './dialog.module.css';

interface Props {
  title: string;
  onClose: () => void;
  /** The action, in the words of its button. */
  action: string;
  onConfirm: () => void;
  isPending?: boolean;
  isDisabled?: boolean;
  children: ReactNode;
}

/** A dialog with one action, which may destroy something, and a way out of it. */
export function ConfirmDialog(props: Props): ReactNode {
  const { title, onClose, action, onConfirm, isPending, isDisabled, children } = props;
  const t = useText();
  return (
    <ModalOverlay
      className={styles['overlay']}
      isOpen
      isDismissable
      onOpenChange={(opened) => {
        if (!opened) onClose();
      }}
    >
      <Modal className={styles['modal']}>
        <Dialog className={styles['dialog']}>
          <Heading slot="title" className={styles['title']}>
            {title}
          </Heading>
          {children}
          <div className={styles['actions']}>
            <Button onPress={onClose}>{t('app.cancel')}</Button>
            {/* Not `isPending`: its announcement outlives the dialog, and would refer to nothing. */}
            <Button look="danger" isDisabled={isDisabled === true || isPending === true} onPress={onConfirm}>
              {action}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
