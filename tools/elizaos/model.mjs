/** A model without a model: always the same answer to the same prompt, in the form that plugin-bootstrap asks for. */
export const modelPlugin = {
  name: 'recorded-model',
  description: 'Answers of a fixed form',
  models: {
    TEXT_LARGE: (_, { prompt }) => Promise.resolve(reply(prompt)),
    TEXT_SMALL: (_, { prompt }) => Promise.resolve(small(prompt)),
    TEXT_EMBEDDING: () => Promise.resolve(new Array(384).fill(0.1)),
  },
};

function reply(prompt) {
  const [, name = 'agent'] = /for the character (.+?)\./.exec(prompt) ?? [];
  return `<response><thought>${name} listens.</thought><actions>REPLY</actions><providers></providers><text>I am ${name}, and I heard you.</text></response>`;
}

function small(prompt) {
  if (prompt.includes('Extract Facts')) {
    return `<response><thought>It went well.</thought><facts><fact><claim>Somebody greeted the agent.</claim><type>fact</type><in_bio>false</in_bio><already_known>false</already_known></fact></facts><relationships></relationships></response>`;
  }
  return `<response><name>agent</name><reasoning>Spoken to.</reasoning><action>RESPOND</action></response>`;
}
