import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "@/api/queries";
import { installSession } from "@/session/session";
import { applyPrefs, followSystemTheme } from "@/shell/prefs";
import { installTelemetry } from "@/telemetry/install";
import { router } from "./router";
import "./styles/base.css";

installTelemetry();
installSession();
applyPrefs();
followSystemTheme();

const element = document.getElementById("root");
if (element !== null) {
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
