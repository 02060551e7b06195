import { createLink } from '@tanstack/react-router';
import { Button, type ButtonProps } from 'antd';

/** The router keeps `type` for itself, so the look is given as colour and variant. */
function PrimaryButton(properties: ButtonProps) {
  return <Button color="primary" variant="solid" {...properties} />;
}

/** A link to a page of the product that looks like the primary action. */
export const LinkButton = createLink(PrimaryButton);
