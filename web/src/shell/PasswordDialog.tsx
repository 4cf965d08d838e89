import { PasswordForm } from "@/session/PasswordForm";
import { Dialog } from "@/ui/Dialog";
import { toast } from "@/ui/toasts";
import { closeOverlay } from "./overlays";

/** Changes the own password; the session goes on. */
export default function PasswordDialog() {
  return (
    <Dialog open onClose={closeOverlay} title="Change password" width={400}>
      <PasswordForm
        onDone={() => {
          closeOverlay();
          toast({ tone: "ok", text: "Password changed" });
        }}
      />
    </Dialog>
  );
}
