import { request } from './http.mjs';

/** The server that every client of a tenant finds, under the id ElizaOS gives it. */
export const DEFAULT_SERVER = '00000000-0000-0000-0000-000000000000';

/** A system that speaks ElizaOS's protocol, as one tenant sees it. */
export class Target {
  /** @param {{gateways: string[], key?: string, operatorKey?: string}} options */
  constructor({ gateways, key, operatorKey }) {
    this.gateways = gateways;
    this.key = key;
    this.operatorKey = operatorKey;
  }

  /** The address for the `number`th of many: they spread evenly over the gateways. */
  address(number = 0) {
    return this.gateways[number % this.gateways.length];
  }

  /** A request to one of the gateways. */
  call(method, path, { body, gateway = 0, headers = {} } = {}) {
    const own = this.key ? { 'x-api-key': this.key } : {};
    return request(`${this.address(gateway)}${path}`, { method, body, headers: { ...own, ...headers } });
  }

  /** The same, for the data of ElizaOS's envelope. */
  async data(method, path, options) {
    const { status, body } = await this.call(method, path, options);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body).slice(0, 300)}`);
    return body.data;
  }

  /** The id of an agent that answers. */
  async agentId() {
    const { agents } = await this.data('GET', '/api/agents');
    const agent = agents.find(({ status }) => status === 'active') ?? agents[0];
    if (!agent) throw new Error('There is no agent; start one first.');
    return agent.id;
  }

  /** A new channel of these. Answers its id. */
  async channel(participants, { type = participants.length === 2 ? 'DM' : 'GROUP', name = 'Bench' } = {}) {
    const body = { name, type, message_server_id: DEFAULT_SERVER, participantCentralUserIds: participants };
    const made = await this.data('POST', '/api/messaging/channels', { body });
    return (made.channel ?? made).id;
  }

  /** A new tenant with one agent that answers, as its own callers see it. Needs the operator's key. */
  async newTenant(name) {
    if (!this.operatorKey) throw new Error('Tenants are made with --operator-key.');
    const headers = { 'x-operator-key': this.operatorKey };
    const { id } = await this.data('POST', '/api/admin/tenants', { body: { name }, headers });
    const made = { name: 'Bench', scopes: ['*'] };
    const { key } = await this.data('POST', `/api/admin/tenants/${id}/keys`, { body: made, headers });
    const tenant = new Target({ gateways: this.gateways, key });
    const agent = await tenant.data('POST', '/api/agents', { body: { characterJson: { name: 'Echo', bio: [] } } });
    await tenant.data('POST', `/api/agents/${agent.id}/start`, { body: {} });
    return { id, target: tenant, agentId: agent.id };
  }
}
