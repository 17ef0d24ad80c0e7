import { DEFAULT_TENANT_ID, type Uuid } from '@app/contracts';
import { makeAgent } from '@app/testing';
import { describeAtLength } from './browser.js';
import { attach, hearAnswer, openChat, say, seePicture } from './chats.js';
import { makeGroup } from './groups.js';
import { opened } from './opened.js';
import { PICTURE } from './picture.js';

describeAtLength('a picture', () => {
  let ada: Uuid;
  const at = opened(
    async ({ fleet }) => {
      ada = await makeAgent(fleet.cluster.database, DEFAULT_TENANT_ID, 'Ada');
    },
    { media: true },
  );

  it('is sent to an agent, and shows', async () => {
    await openChat(at.visitor, ada);
    await attach(at.visitor, PICTURE);
    await say(at.visitor, 'Look, a dot');
    await seePicture(at.visitor);
    await hearAnswer(at.visitor, 'echo: Look, a dot');
  });

  it('shows after a reload', async () => {
    await at.visitor.page.reload();
    await seePicture(at.visitor);
  });

  it('is sent to a group, and shows', async () => {
    await makeGroup(at.visitor, { name: 'The two of us', agents: ['Ada'] });
    await attach(at.visitor, PICTURE);
    await say(at.visitor, 'Ada, a dot');
    await seePicture(at.visitor);
    await hearAnswer(at.visitor, 'echo: Ada, a dot');
  });

  it('meets no error', () => {
    expect(at.visitor.faults).toEqual([]);
  });
});
