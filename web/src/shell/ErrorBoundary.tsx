import { useRouterState } from "@tanstack/react-router";
import { Component, type ReactNode } from "react";
import { report } from "@/telemetry/install";
import { ErrorPanel } from "@/ui/States";

interface Props {
  at: string;
  children: ReactNode;
}

class Boundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: Error) {
    report({
      level: "ERROR",
      event: "browser.render_failed",
      message: error.message,
      data: { stack: error.stack?.slice(0, 2_000) },
    });
  }

  override componentDidUpdate(before: Props) {
    if (before.at !== this.props.at && this.state.error !== null) {
      this.setState({ error: null });
    }
  }

  override render() {
    return this.state.error === null ? (
      this.props.children
    ) : (
      <ErrorPanel
        what="This page could not be shown"
        error={this.state.error}
        onRetry={() => this.setState({ error: null })}
      />
    );
  }
}

/** Keeps a broken page from taking the shell with it; the next page starts afresh. */
export function ErrorBoundary({ children }: { children: ReactNode }) {
  const at = useRouterState({ select: (state) => state.location.pathname });
  return <Boundary at={at}>{children}</Boundary>;
}
