import { FleetError, isUuid, type Uuid } from '@app/contracts';
import { Param, type PipeTransform } from '@nestjs/common';

/** Lets only ids through, in lower case. */
class AgentIdPipe implements PipeTransform<unknown, Uuid> {
  transform(value: unknown): Uuid {
    if (!isUuid(value)) throw new FleetError('INVALID_ID', 'Invalid agent ID format');
    return value.toLowerCase();
  }
}

/** The agent that a route is about. */
export const AgentId: ParameterDecorator = Param('agentId', new AgentIdPipe());
