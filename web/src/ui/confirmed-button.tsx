import { App, Button, type ButtonProps } from 'antd';

interface Properties extends Omit<ButtonProps, 'onClick' | 'title'> {
  readonly question: string;
  /** What is lost or changes for others. */
  readonly text?: string;
  readonly okText: string;
  readonly cancelText: string;
  readonly onConfirm: () => void;
}

/** A button that asks first, in a dialog that takes the focus and gives it back. */
export function ConfirmedButton({ question, text, okText, cancelText, onConfirm, ...button }: Properties) {
  const { modal } = App.useApp();
  const ask = () =>
    void modal.confirm({
      title: question,
      content: text,
      okText,
      cancelText,
      okButtonProps: { danger: button.danger ?? false },
      onOk: onConfirm,
    });
  return <Button {...button} onClick={ask} />;
}
