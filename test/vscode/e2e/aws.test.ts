import { afterAll, test } from 'vitest';
import { webApp } from '../../e2e/apps.ts';
import { removeContainers, startMinistack } from '../../e2e/ministack.ts';
import { refuseServicesWithoutNetwork } from '../../e2e/strictNetwork.ts';
import { webview } from '../webview.ts';
import { notification, quickRow, runCommand, waitForQuickInput } from '../window.ts';
import { useEditor } from './editor.ts';

// An AWS that others have written stands for an account that never used ECS.
const aws = await startMinistack().catch((error) => console.log(`Left out: ${error.message}`));
const front = aws && (await refuseServicesWithoutNetwork(aws.endpoint));
const settings = { 'deployotron.aws.endpoint': front?.endpoint, 'deployotron.aws.region': 'eu-west-1' };
const editor = useEditor(webApp('cloud'), { settings });

afterAll(async () => {
  front?.stop();
  await aws?.stop();
  removeContainers([editor.name]);
});

test.skipIf(!aws)(
  'a first service on AWS asks where its tasks run, and the default VPC is one Enter away',
  async () => {
    const { page, name } = editor;
    await runCommand(page, 'Deployotron: Deploy');
    await waitForQuickInput(page, 'Local sandbox');
    await quickRow(page, 'ECS on Fargate').click();
    await waitForQuickInput(page, 'Deploy with this Dockerfile');
    await page.keyboard.press('Enter');
    await waitForQuickInput(page, 'Network of the new service');
    await quickRow(page, /Default VPC.*vpc-/).waitFor();
    await page.keyboard.press('Enter');
    await notification(page, `${name} is up and healthy`).waitFor({ timeout: 120_000 });
    await (await webview(page, 'monitor')).getByText('eu-west-1').first().waitFor();
  },
);
