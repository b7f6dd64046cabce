// The page /timeline.
import type { TimelineData, TimelineOptions } from "../pictures/kinds";
import { timelineLegend } from "../pictures/legend";
import { run } from "../pictures/page";
import { html } from "../pictures/svg";
import { timeline } from "../pictures/timeline";

void run<TimelineData, TimelineOptions>({
  title: "What happened, and what held",
  hasDay: false,
  draw: timeline,
  options: (form) => {
    const [from, to, by] = ["from", "to", "by"].map((name) => String(form.get(name) ?? ""));
    return { ...(from ? { from } : { from: undefined }), ...(to ? { to } : { to: undefined }), ...(by ? { groupBy: by } : {}) } as TimelineOptions;
  },
  legend: timelineLegend,
  controls: (data, form, changed) => {
    const given = new URLSearchParams(location.search).get("by");
    const options = (data.groupings ?? []).map(([key, words]) => html("option", { value: key, selected: key === given }, words));
    const select = html("select", { name: "by" }, ...options);
    // The field belongs to the form, so that the address has it.
    if (!form.id) form.id = "filters";
    select.setAttribute("form", form.id);
    select.addEventListener("change", changed);
    return [html("label", {}, "Rows by ", select)];
  },
});
