import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Page } from "@/ui/Panel";
import { Loaded } from "@/ui/States";
import { dealQuery } from "../api/queries";
import { DealBench } from "./DealBench";

/** One deal: its objects, its text, its runs. */
export default function DealPage() {
  const { dealId = "" } = useParams({ strict: false }) as { dealId?: string };
  const query = useQuery(dealQuery(dealId));
  return (
    <Page fill>
      <Loaded query={query} what="The deal">
        {(deal) => <DealBench key={deal.id} stored={deal} />}
      </Loaded>
    </Page>
  );
}
