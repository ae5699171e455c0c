import * as vscode from 'vscode';

/** The user went one question back. */
export const back: unique symbol = Symbol('back');

interface Question {
  title: string;
  /** Where the question stands in its flow, both from 1; absent when it is the only one. */
  step?: number;
  totalSteps?: number;
  placeholder?: string;
  canGoBack?: boolean;
}

export interface Choice<T> extends vscode.QuickPickItem {
  value?: T;
}

/** Asks for one of several; undefined when the user leaves. The first that is `active` is chosen by Enter. */
export function askChoice<T>(
  question: Question & { choices: readonly Choice<T>[]; active?: T },
): Promise<T | typeof back | undefined> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  pick.items = question.choices;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const active = question.choices.find((choice) => question.active !== undefined && choice.value === question.active);
  if (active) pick.activeItems = [active];
  return answer(pick, question, () => pick.selectedItems[0]?.value);
}

/**
 * A list to choose from that stays until there is an answer: VS Code gives a webview its focus back after the palette
 * has closed, sometimes later than the list is there, and would close it at once (microsoft/vscode#75209).
 */
export function pickFrom<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
): Thenable<T | undefined> {
  return vscode.window.showQuickPick(items, { ...options, ignoreFocusOut: true });
}

export interface TextQuestion extends Question {
  value?: string;
  prompt?: string;
  /** Masked, and kept open while the user looks elsewhere for the value. */
  secret?: boolean;
  /** What is wrong with a text, or undefined; thrown errors are said by their message. */
  check?(text: string): string | undefined | Promise<string | undefined>;
}

/** Asks for a text, checked while it is typed; undefined when the user leaves. */
export function askText(question: TextQuestion): Promise<string | typeof back | undefined> {
  const box = vscode.window.createInputBox();
  box.value = question.value ?? '';
  box.prompt = question.prompt ?? '';
  box.password = question.secret ?? false;
  const objection = async (text: string) => {
    try {
      return await question.check?.(text);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  box.onDidChangeValue(async (text) => {
    // An empty box at the start is not yet a mistake.
    const said = text === '' ? undefined : await objection(text);
    if (box.value === text) box.validationMessage = said;
  });
  return answer(box, question, async () => {
    const text = box.value.trim();
    box.validationMessage = await objection(text);
    return box.validationMessage ? undefined : text;
  });
}

/** Shows it until there is an answer, Back or Escape. An accept without an answer leaves it open. */
function answer<T>(
  input: vscode.QuickInput & {
    onDidAccept: vscode.Event<void>;
    placeholder: string | undefined;
    buttons: readonly vscode.QuickInputButton[];
    onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
  },
  { title, step, totalSteps, placeholder, canGoBack }: Question,
  read: () => T | undefined | Promise<T | undefined>,
): Promise<T | typeof back | undefined> {
  input.title = title;
  input.step = step;
  input.totalSteps = totalSteps;
  input.placeholder = placeholder;
  input.ignoreFocusOut = true;
  if (canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
  return new Promise((resolve) => {
    const end = (value: T | typeof back | undefined) => {
      resolve(value);
      input.dispose();
    };
    let reading = Promise.resolve();
    input.onDidAccept(() => {
      reading = Promise.resolve(read()).then((value) => {
        if (value !== undefined) end(value);
      });
    });
    input.onDidTriggerButton((button) => button === vscode.QuickInputButtons.Back && end(back));
    // VS Code may tell of both in one breath: what Enter has given must not be lost to a hide right behind it.
    input.onDidHide(() => void reading.then(() => end(undefined)));
    input.show();
  });
}

/**
 * Asks one question after the other; Back returns to the one before with the answers so far. A question that need not be
 * asked gives `skip`. Undefined when the user leaves.
 */
export const skip = Symbol('skip');

export type Ask<Answers> = (
  answers: Partial<Answers>,
  place: Place,
) => Promise<Partial<Answers> | typeof back | typeof skip | undefined>;

interface Place {
  step: number;
  totalSteps: number;
  canGoBack: boolean;
}

export async function askInTurn<Answers>(questions: readonly Ask<Answers>[]): Promise<Answers | undefined> {
  let answers: Partial<Answers> = {};
  const asked: number[] = [];
  for (let index = 0; index < questions.length; ) {
    const place = { step: index + 1, totalSteps: questions.length, canGoBack: asked.length > 0 };
    const said = await questions[index]?.(answers, place);
    if (said === undefined) return undefined;
    if (said === back) {
      index = asked.pop() ?? 0;
      continue;
    }
    if (said !== skip) {
      answers = { ...answers, ...said };
      asked.push(index);
    }
    index += 1;
  }
  return answers as Answers;
}
