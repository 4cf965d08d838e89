import { Compass } from "lucide-react";
import { openOverlay } from "@/shell/overlays";
import { Button, LinkButton } from "@/ui/Button";
import { PageHead } from "@/ui/PageHead";
import { Page } from "@/ui/Panel";
import { Empty } from "@/ui/States";

/** An address that leads nowhere, or to what this account may not see. */
export default function NotFound() {
  return (
    <Page>
      <PageHead title="Not found" />
      <Empty
        title="There is no page at this address"
        glyph={<Compass aria-hidden />}
        actions={
          <>
            <LinkButton to="/" kind="primary">
              Back to Home
            </LinkButton>
            <Button onPress={() => openOverlay("palette")}>Search…</Button>
          </>
        }
      >
        It was moved, deleted, or belongs to a service that is not running or not shared with this
        account.
      </Empty>
    </Page>
  );
}
