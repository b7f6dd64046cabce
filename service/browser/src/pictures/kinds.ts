// What every picture takes and gives. Owns the contract between those who have data (pages, query results, listings)
// and the drawings in network.ts, timeline.ts and map.ts. Knows no address of this service and no ontology.
//
// Use:
//   const { network } = await import("../pictures/network");
//   const picture = network(host, data, { asOf: "2015-02-19", say: (text) => (live.textContent = text) });
//   picture.update({ asOf: "2014-06-01" });   // options one by one, or `data` with new data
//   picture.destroy();
// `host` is an empty block element with a width; the picture takes all of it, follows its size, and brings the class
// names of /static/pictures.css, which the page loads (asset "pictures.css"). All text is put in as text, never as
// markup; an `href` is followed only when it is a path or http(s) (links.ts).

/** A day as the data write it: xsd:date, "2014-05-16". Years before 0001 or after 9999 are not drawn. */
export type Day = string;

/** The first and the last day on which something may have begun (or ended). null: nothing is known of it. */
export type Bound = readonly [earliest: Day | null, latest: Day | null];

/** When something was. Nothing known at all: leave the whole of it out, or give four nulls. */
export interface When {
  readonly begin: Bound;
  readonly end: Bound;
  /** The same for people, "since March 2014"; made from the bounds when it is missing. */
  readonly words?: string;
}

/** On a day: certain by the inner bounds, not excluded by the outer ones, or excluded. */
export type Presence = "surely" | "possibly" | "not";

/** The shapes of style.css that say how surely something is stated; they stand on lines and bars, with the word in the
    text. Full lines hold surely on the day shown, dashed ones possibly. Any other word is drawn like "asserted". */
export type Mark = "asserted" | "hedged" | "reported" | "disputed" | "denied" | "open";

/** What a tie does to its two ends: the hue of its line and the shape of its head, never the hue alone. */
export type Side = "with" | "against" | "part" | "other";

/** What all drawn statements have. Only `id` is needed. */
export interface Told {
  /** One thing, one id: usually its IRI. */
  readonly id: string;
  /** Where a reader goes from here; left out: nowhere. */
  readonly href?: string;
  /** Its kind as a filter and legend name it: "Hostility". */
  readonly group?: string;
  readonly mark?: Mark | string;
  /** The standing in words, "disputed". */
  readonly standing?: string;
  /** Whose words it is when it may not be told as a fact: "according to X, P12". Shown before everything else of it. */
  readonly voice?: string;
  /** The names of `voice` alone, "according to X; denied by Y": what the key of a network says. */
  readonly speakers?: string;
  /** Who says so, for what `voice` does not already say: "X, P12; denied by Y, P14". */
  readonly says?: string;
  readonly when?: When;
}

/** Someone or something in a network. */
export interface Node {
  readonly id: string;
  readonly label: string;
  readonly href?: string;
  /** In words, "militia": legend, tooltip, text of screen readers. */
  readonly kind?: string;
  /** Which symbol it gets; the same word gives the same symbol. `kind` is taken when it is missing. */
  readonly shape?: "person" | "group" | "state" | "place" | "event" | "other" | string;
}

/** A line between two nodes. A tie whose ends are not both among the nodes is not drawn. */
export interface Tie extends Told {
  readonly from: string;
  readonly to: string;
  /** The words between the two: "supports". */
  readonly label: string;
  readonly side?: Side;
  /** Holds both ways: no arrow. */
  readonly mutual?: boolean;
}

export interface NetworkData {
  readonly nodes: readonly Node[];
  readonly ties: readonly Tie[];
}

/** Something in time. Without any bound it is listed below the timeline as undated. */
export interface Span extends Told {
  readonly label: string;
  /** The rows it may stand in, by what the timeline is grouped by: { type: ["battle"], place: ["Derna"] }. */
  readonly rows?: Readonly<Record<string, readonly string[]>>;
}

export interface TimelineData {
  readonly spans: readonly Span[];
  /** The ways to group, in order, by their key in `rows` with words for people: [["type", "kind"], ["place", "place"]]. */
  readonly groupings?: readonly (readonly [key: string, words: string])[];
}

/** A place. Without coordinates it is told to `unplaced` and not drawn. Degrees, WGS 84. */
export interface Place {
  readonly id: string;
  readonly label: string;
  readonly href?: string;
  readonly kind?: string;
  readonly longitude?: number;
  readonly latitude?: number;
  /** Instead of both: numeric code of a country (ISO 3166-1), "434"; it is shown in the middle of the country. */
  readonly country?: string;
  /** The name of the place around it whose position it has to borrow. */
  readonly inside?: string;
}

/** Something that is said of a place: an event there, who was there, who held it. */
export interface Sighting extends Told {
  readonly place: string;
  /** The whole of it in words, without the place: "Battle of Derna", "Ansar al-Sharia controls". */
  readonly label: string;
  readonly side?: Side;
  /** event, presence, control: which symbol it gets; any other word is drawn as a dot. */
  readonly shape?: "event" | "presence" | "control" | string;
  /** Who it is about, when there is such a one; two that hold one place at one time are drawn as contested. */
  readonly actor?: string;
}

export interface MapData {
  readonly places: readonly Place[];
  readonly sightings: readonly Sighting[];
}

/** What every picture can be told. Everything may be left out. */
export interface Options {
  /** The day shown; null or nothing: all times. */
  readonly asOf?: Day | null;
  /** Groups that are not shown. */
  readonly hiddenGroups?: ReadonlySet<string>;
  /** Marks that are not shown. */
  readonly hiddenMarks?: ReadonlySet<string>;
  /** The id of the one in the middle; `hops` is how far from it (1 when left out). */
  readonly focus?: string | null;
  readonly hops?: number;
  /** Words that light up what has them in its label; the rest stays, fainter. */
  readonly search?: string;
  /** Least height in pixels; 420 when left out. The width is the host's. */
  readonly height?: number;
  /** What the picture is, for those who do not see it: "Who is with and against whom". */
  readonly title?: string;
  /** Called after each change with a sentence on what is shown now; for a live region. */
  readonly say?: (sentence: string) => void;
  /** Enter, click or tap on something that has no `href`, or when this says true it was taken care of. */
  readonly open?: (id: string) => boolean | void;
}

export interface NetworkOptions extends Options {
  /** Sides that are not shown. */
  readonly hiddenSides?: ReadonlySet<Side>;
  /** Nodes without any tie shown: kept (true) or left out (false, also when missing). */
  readonly loners?: boolean;
  /** Offered to the reader as "show what is around it" when it is given. */
  readonly centre?: (id: string) => void;
}

export interface TimelineOptions extends Options {
  /** A key of `groupings`; the first when left out. */
  readonly groupBy?: string;
  /** The part of time that is shown; all of it when left out. */
  readonly from?: Day;
  readonly to?: Day;
  /** Called when the reader zooms or pans. */
  readonly moved?: (from: Day, to: Day) => void;
}

export interface MapOptions extends Options {
  /** Names of the places without coordinates, for a list below. */
  readonly unplaced?: (places: readonly Place[]) => void;
  /** Only the places shown, without what is said of them: sightings are counted, not listed. */
  readonly plain?: boolean;
}

/** A drawing. After `destroy` nothing of it is left in the host. */
export interface Picture<Data, Given extends Options = Options> {
  /** The drawing itself, for saving (save.ts); it is the same element for the life of the picture. */
  readonly svg: SVGSVGElement;
  /** New options (those given replace, the others stay) and, if given, new data. Keeps what stays where it was. */
  update(options: Partial<Given>, data?: Data): void;
  destroy(): void;
}

export type DrawNetwork = (host: HTMLElement, data: NetworkData, options?: NetworkOptions) => Picture<NetworkData, NetworkOptions>;
export type DrawTimeline = (host: HTMLElement, data: TimelineData, options?: TimelineOptions) => Picture<TimelineData, TimelineOptions>;
export type DrawMap = (host: HTMLElement, data: MapData, options?: MapOptions) => Picture<MapData, MapOptions>;
