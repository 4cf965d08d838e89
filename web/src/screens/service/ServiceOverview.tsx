import { useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { healthQuery, uiConfigQuery } from "@/api/queries";
import { runningModules } from "@/services/registry";
import { useRecentJobs } from "@/shell/jobs";
import text from "@/styles/text.module.css";
import { LinkButton } from "@/ui/Button";
import { Age, KeyValues } from "@/ui/Figures";
import { JobList } from "@/ui/JobProgress";
import { lampOf, StatusChip } from "@/ui/Marks";
import { PageHead } from "@/ui/PageHead";
import { Cell, Grid, Page, Panel, PanelBody } from "@/ui/Panel";
import { Empty, Loaded } from "@/ui/States";

/** Health and jobs of a service that has no first page of its own. */
export default function ServiceOverview() {
  const name = useRouterState({ select: (state) => state.location.pathname.split("/")[1] ?? "" });
  const config = useQuery(uiConfigQuery).data;
  const health = useQuery(healthQuery);
  const jobs = useRecentJobs();
  const module = runningModules(config).find((one) => one.name === name);
  if (module === undefined) {
    return (
      <Page>
        <PageHead title="Service not running" />
        <Empty
          title={`${name} does not run here`}
          actions={<LinkButton to="/">Back to Home</LinkButton>}
        >
          This process serves other services. An operator starts it with <code>--services</code>.
        </Empty>
      </Page>
    );
  }
  const mine = (jobs.data?.items ?? []).filter((job) => job.service === name);
  const state = health.data?.find((one) => one.name === name);
  return (
    <Page>
      <PageHead title={module.title}>
        <StatusChip state={lampOf(state?.status)} />
        <span className={text.text3}>{module.purpose}</span>
      </PageHead>
      <Grid>
        <Cell span={7}>
          <Panel title="Jobs" sub="newest first">
            <Loaded query={jobs} what="Jobs">
              {() =>
                mine.length === 0 ? (
                  <Empty title="No jobs yet" glyph={<module.Glyph size={22} />}>
                    Long work of {module.title} appears here with its progress.
                  </Empty>
                ) : (
                  <JobList jobs={mine.slice(0, 20)} />
                )
              }
            </Loaded>
          </Panel>
        </Cell>
        <Cell span={5}>
          <Panel title="Health">
            <Loaded query={health} what="Health">
              {() => (
                <PanelBody>
                  <KeyValues
                    rows={(state?.items ?? []).map((item) => [
                      item.name,
                      <span key={item.name} className={text.row} style={{ justifyContent: "end" }}>
                        {item.detail}
                        <StatusChip state={lampOf(item.status)} />
                        <Age at={item.checked_at} />
                      </span>,
                    ])}
                  />
                </PanelBody>
              )}
            </Loaded>
          </Panel>
        </Cell>
      </Grid>
    </Page>
  );
}
