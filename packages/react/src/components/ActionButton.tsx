import type { MouseEvent, ReactElement, ReactNode } from "react";

interface ActionButtonProps {
  readonly look?: "primary" | undefined;
  /** Without it, the button has nothing to do at the moment, and keeps the focus all the same. */
  readonly onPress: ((event: MouseEvent) => void) | undefined;
  /** The pointer or the focus has come to it: a press is near. */
  readonly onNear?: (() => void) | undefined;
  readonly children: ReactNode;
}

/** `aria-disabled` rather than `disabled`, which would throw the focus away when a press takes away its own reason. */
export function ActionButton({ look, onPress, onNear, children }: ActionButtonProps): ReactElement {
  const className = look === undefined ? "interview-button" : `interview-button ${look}`;
  return (
    <button
      type="button"
      className={className}
      aria-disabled={!onPress}
      onClick={onPress}
      onPointerEnter={onNear}
      onFocus={onNear}
    >
      {children}
    </button>
  );
}
