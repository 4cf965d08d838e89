import { X } from "lucide-react";
import { type CSSProperties, type ReactNode, useState } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { asProblem } from "@/api/problem";
import { Banner } from "./Banner";
import { Button, IconButton } from "./Button";
import { cx } from "./cx";
import styles from "./Overlay.module.css";
import { TextField } from "./TextField";

export interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** Verbs, the safe one first. */
  actions?: ReactNode;
  width?: number;
  /** False when only an action may close it. */
  dismissable?: boolean;
  children: ReactNode;
}

/** A modal with a title; focus goes in, stays in, and returns to the opener. */
export function Dialog(props: DialogProps) {
  const { open, onClose, title, actions, width = 440, dismissable = true, children } = props;
  return (
    <ModalOverlay
      className={styles.scrim}
      isOpen={open}
      isDismissable={dismissable}
      isKeyboardDismissDisabled={!dismissable}
      onOpenChange={(isOpen) => {
        if (!isOpen) {
          onClose();
        }
      }}
    >
      <Modal className={styles.modal} style={{ "--dialog-width": `${width}px` } as CSSProperties}>
        <AriaDialog className={styles.dialog}>
          <div className={styles.head}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {dismissable ? (
              <IconButton label="Close" small onPress={onClose}>
                <X size={16} />
              </IconButton>
            ) : null}
          </div>
          <div className={styles.body}>{children}</div>
          {actions ? <div className={styles.acts}>{actions}</div> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export interface AlertDialogProps {
  open: boolean;
  onClose: () => void;
  /** The act, for instance "Delete run 44". */
  title: string;
  /** What happens, with figures. */
  consequence: ReactNode;
  /** Verbs: "Keep run" and "Delete run". */
  keep: string;
  act: string;
  danger?: boolean;
  /** The text that must be typed first. */
  typed?: string;
  onAct: () => Promise<unknown> | unknown;
}

/** Confirms an act that cannot be undone: focus is on the safe button, a failure stays inside. */
export function AlertDialog(props: AlertDialogProps) {
  const { open, onClose, title, consequence, keep, act, danger = true, typed, onAct } = props;
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const close = () => {
    setText("");
    setFailure(null);
    onClose();
  };
  const run = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await onAct();
      close();
    } catch (error) {
      const problem = asProblem(error);
      setFailure(problem.detail || problem.title);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      actions={
        <>
          <Button autoFocus={typed === undefined} onPress={close}>
            {keep}
          </Button>
          <Button
            kind={danger ? "danger" : "primary"}
            isPending={busy}
            isDisabled={typed !== undefined && text !== typed}
            onPress={run}
          >
            {act}
          </Button>
        </>
      }
    >
      <div>{consequence}</div>
      {typed === undefined ? null : (
        <TextField label={`Type ${typed} to confirm`} value={text} onChange={setText} autoFocus />
      )}
      {failure === null ? null : <Banner tone="bad">{failure}</Banner>}
    </Dialog>
  );
}

/** A modal panel at the right edge; a full page below 720 px. */
export function Drawer({
  open,
  onClose,
  title,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}) {
  return (
    <ModalOverlay
      className={cx(styles.scrim, styles.drawerScrim)}
      isOpen={open}
      isDismissable
      onOpenChange={(isOpen) => {
        if (!isOpen) {
          onClose();
        }
      }}
    >
      <Modal className={cx(styles.modal, styles.drawer)}>
        <AriaDialog className={styles.dialog}>
          <div className={styles.head}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton label="Close" small onPress={onClose}>
              <X size={16} />
            </IconButton>
          </div>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
