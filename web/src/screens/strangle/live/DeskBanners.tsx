import { formatClock } from "@/format/time";
import { Banner } from "@/ui/Banner";
import { Button, LinkButton } from "@/ui/Button";
import { useDesk, useDeskStream, useReconnect, useStaleAge } from "../api/stream";
import type { Runtime } from "../api/types";
import { bannersOf } from "../model/desk";

/** What holds until it is solved, the worst first; `full` where no hero says the worst itself. */
export function DeskBanners({ runtime, full = false }: { runtime: Runtime; full?: boolean }) {
  const stream = useDeskStream();
  const { silent } = useDesk();
  const staleAge = useStaleAge(runtime);
  const reconnect = useReconnect();
  const lost =
    stream.state === "lost" ? { since: `${formatClock(stream.since, "IST")} IST` } : null;
  return bannersOf(runtime, { staleAge, streamLost: lost, silent, full }).map((banner) => (
    <Banner
      key={banner.id}
      tone={banner.tone}
      title={banner.title}
      icon={banner.plug ? "plug" : undefined}
      actions={
        banner.reconnect ? (
          <Button small onPress={reconnect}>
            Reconnect
          </Button>
        ) : banner.act ? (
          <LinkButton small to={banner.act.to}>
            {banner.act.text}
          </LinkButton>
        ) : undefined
      }
    >
      {banner.text}
    </Banner>
  ));
}
