import { soundOf } from '@app/testing';
import { SPOKEN, TEXT, type Methods } from '../world.js';

/** What ElizaOS's client reads of a sound. */
const soundAs = (text: string, format: 'wav' | 'mp3') => soundOf(text, format).toString('base64');

export const audio: Methods = {
  transcribe: {
    route: 'POST /api/audio/:agentId/transcriptions',
    async call({ client, agent }) {
      const heard = await client.audio.transcribe(agent, { audio: soundOf('anything', 'wav'), format: 'wav' });
      expect(heard).toMatchObject({ text: SPOKEN });
    },
  },
  generateSpeech: {
    route: 'POST /api/audio/:agentId/speech/generate',
    async call({ client, agent }) {
      const { audio, format } = await client.audio.generateSpeech(agent, { text: 'Good day' });
      expect([audio, format]).toEqual([soundAs('Good day', 'mp3'), 'mpeg']);
    },
  },
  synthesizeAudioMessage: {
    route: 'POST /api/audio/:agentId/audio-messages/synthesize',
    async call(world) {
      const { replyId } = await world.say(await world.channel(), 'Read this');
      const { audio } = await world.client.audio.synthesizeAudioMessage(world.agent, { messageId: replyId });
      expect(audio).toBe(soundAs('echo: Read this', 'mp3'));
    },
  },
  speechConversation: {
    route: 'POST /api/audio/:agentId/speech/conversation',
    async call({ client, agent }) {
      const said = await client.audio.speechConversation(agent, { audio: soundOf('a question', 'wav'), format: 'wav' });
      const metadata = { transcription: SPOKEN, format: 'wav', channelId: TEXT, messageId: TEXT };
      expect(said).toEqual({ text: `echo: ${SPOKEN}`, audio: soundAs(`echo: ${SPOKEN}`, 'wav'), metadata });
    },
  },
  processSpeech: {
    route: 'POST /api/audio/:agentId/speech',
    async call({ client, agent }) {
      const said = await client.audio.processSpeech(agent, soundOf('a question', 'wav'));
      expect(said).toMatchObject({ text: `echo: ${SPOKEN}`, audio: TEXT });
    },
  },
};
