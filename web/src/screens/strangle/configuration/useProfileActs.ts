/** What is done with a stored profile; refusals are told in words. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { saveBlob } from "@/api/download";
import { asProblem } from "@/api/problem";
import { toast } from "@/ui/toasts";
import {
  activateProfile,
  deactivateProfile,
  deleteProfile,
  duplicateProfile,
  exportProfile,
} from "../api/calls";
import { STRANGLE_KEY } from "../api/queries";
import type { Profile } from "../api/records";

export function useProfileActs() {
  const client = useQueryClient();
  const onError = (error: unknown) => {
    const problem = asProblem(error);
    toast({ tone: "bad", text: problem.title, detail: problem.detail });
  };
  const onSettled = () => client.invalidateQueries({ queryKey: STRANGLE_KEY });
  const setActive = useMutation({
    mutationFn: (profile: Profile) => activateProfile(profile.id),
    onSuccess: (profile) =>
      toast({ tone: "ok", text: `${profile.name} is active`, detail: "A start uses it." }),
    onError,
    onSettled,
  });
  const setInactive = useMutation({
    mutationFn: (profile: Profile) => deactivateProfile(profile.id),
    onSuccess: (profile, before) =>
      toast({
        tone: "ok",
        text: `${profile.name} is not active any more`,
        act: { text: "Undo", onAct: () => setActive.mutate(before) },
      }),
    onError,
    onSettled,
  });
  const duplicate = useMutation({
    mutationFn: (profile: Profile) => duplicateProfile(profile.id),
    onSuccess: (copy) =>
      toast({
        tone: "ok",
        text: `Copied as ${copy.name}`,
        link: { text: "Open", to: "/strangle/configuration", search: { profile: copy.id } },
      }),
    onError,
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (profile: Profile) => deleteProfile(profile.id),
    onSuccess: (_, profile) => toast({ tone: "ok", text: `${profile.name} is deleted` }),
    onSettled,
  });
  const exportFile = useMutation({
    mutationFn: (profile: Profile) => exportProfile(profile.id),
    onSuccess: (file, profile) => {
      const name = fileName(profile.name);
      const text = `${JSON.stringify(file, null, 2)}\n`;
      saveBlob(new Blob([text], { type: "application/json" }), name);
      toast({ tone: "ok", text: `Exported ${name}` });
    },
    onError,
  });
  return { setActive, setInactive, duplicate, remove, exportFile };
}

export type ProfileActs = ReturnType<typeof useProfileActs>;

/** "BTC 10–15 delta, daily" is kept as "profile-btc-10-15-delta-daily.json". */
export function fileName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `profile-${plain || "unnamed"}.json`;
}
