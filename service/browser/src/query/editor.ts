// The editor: CodeMirror 6 in the place of the textarea, which goes on holding the text for the form.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { complete } from "./complete";
import { adoptStyles } from "./styles";

export interface Editor {
  text(): string;
  put(text: string): void;
  /** Mark where the query stops making sense; lines and columns count from 1. */
  mark(message: string, line: number, column: number): void;
  unmark(): void;
  focus(): void;
}

// Only what depends on CodeMirror's own structure: colours are the page's.
const THEME = EditorView.theme({
  "&": { color: "var(--ink)", fontSize: ".875rem" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", maxHeight: "min(70vh, 40rem)", minHeight: "11rem" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".5rem 0" },
  ".cm-gutters": { backgroundColor: "var(--wash)", color: "var(--soft)", border: "0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--link) 28%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--mark)", outline: "1px solid var(--soft)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--denied)" },
  ".cm-selectionMatch": { backgroundColor: "var(--mark)" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--soft)", borderRadius: "4px", maxWidth: "min(40rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--sans)", fontSize: ".875rem", maxHeight: "16rem", maxWidth: "min(40rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".25rem .5rem", lineHeight: "1.4" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--link)", color: "var(--paper)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: ".85", marginLeft: ".75rem" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionInfo": { padding: ".5rem .75rem", fontFamily: "var(--serif)", maxWidth: "20rem" },
  ".cm-panels": { backgroundColor: "var(--wash)", color: "var(--ink)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--denied)" },
  ".cm-diagnostic": { fontFamily: "var(--sans)", borderLeft: "4px solid var(--denied)" },
});

/** Puts the editor before the textarea. `run` is Ctrl+Enter or Cmd+Enter. */
export function makeEditor(area: HTMLTextAreaElement, label: string, hint: string, run: () => void): Editor {
  const extensions = [
    Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
    lineNumbers(),
    history(),
    drawSelection(),
    indentUnit.of("  "),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    autocompletion({ override: [complete], icons: false }),
    keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
    sparql(),
    syntaxHighlighting(classHighlighter),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": hint, tabindex: "0", autocapitalize: "off", autocorrect: "off", spellcheck: "false" }),
    THEME,
    EditorView.updateListener.of((update) => {
      if (update.docChanged) area.value = update.state.doc.toString();
    }),
    EditorState.tabSize.of(2),
  ];
  adoptStyles();
  const view = new EditorView({ doc: area.value, extensions });
  area.before(view.dom);
  return {
    text: () => view.state.doc.toString(),
    put(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 }, scrollIntoView: true });
    },
    mark(message, line, column) {
      const at = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      const from = Math.min(at.to, at.from + Math.max(0, column - 1));
      const [start, end] = from < at.to ? [from, at.to] : [at.from, at.to];
      view.dispatch(setDiagnostics(view.state, [{ from: start, to: end, severity: "error", message }]), { selection: { anchor: from }, scrollIntoView: true });
    },
    unmark: () => view.dispatch(setDiagnostics(view.state, [])),
    focus: () => view.focus(),
  };
}

