/** Every layer of the shell in one lazy chunk: they need dialogs, the frame does not. */
import AccountDrawer from "./AccountDrawer";
import AlertsDrawer from "./AlertsDrawer";
import CommandPalette from "./CommandPalette";
import JobsDrawer from "./JobsDrawer";
import KeyHelp from "./KeyHelp";
import MoreDrawer from "./MoreDrawer";
import type { Overlay } from "./overlays";
import PasswordDialog from "./PasswordDialog";

export default function Overlays({ overlay }: { overlay: Overlay }) {
  switch (overlay) {
    case "palette":
      return <CommandPalette />;
    case "keys":
      return <KeyHelp />;
    case "jobs":
      return <JobsDrawer />;
    case "alerts":
      return <AlertsDrawer />;
    case "account":
      return <AccountDrawer />;
    case "more":
      return <MoreDrawer />;
    case "password":
      return <PasswordDialog />;
    case null:
      return null;
  }
}
