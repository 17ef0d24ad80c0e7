import {
  ApiKeyList,
  ApiKeyShown,
  CreateApiKeyDto,
  Ended,
  PutTokenIssuerDto,
  RotateApiKeyDto,
  TokenIssuerAgreed,
  TokenIssuerList,
  type Uuid,
} from '@app/contracts';
import { ForOperators } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Delete, Get, Inject, Param, Post, Put } from '@nestjs/common';
import { Audit } from '../audit/audited.decorator.js';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { Ids } from '../http/ids.decorator.js';
import { AdminService } from './admin.service.js';

const TenantId: ParameterDecorator = Param('tenantId', new IdPipe('tenant'));

/** What lets callers into a tenant: its keys, and the issuers whose tokens it takes. */
@ForOperators()
@Controller('api/admin/tenants/:tenantId')
export class TenantCredentialsController {
  constructor(@Inject(AdminService) private readonly admin: AdminService) {}

  /** All keys of a tenant, also those that are over. */
  @Get('keys')
  @Answers(ApiKeyList)
  @Refuses('TENANT_NOT_FOUND')
  async keys(@TenantId tenantId: Uuid): Promise<Answer<ApiKeyList>> {
    return answer({ keys: await this.admin.inTenant(tenantId, (scope) => scope.apiKeys.list()) });
  }

  /** Makes a key. Its text is told this once. */
  @Post('keys')
  @Answers(ApiKeyShown)
  @Refuses('TENANT_NOT_FOUND')
  @Audit('key.create')
  async createKey(@TenantId tenantId: Uuid, @Body() body: CreateApiKeyDto): Promise<Answer<ApiKeyShown>> {
    return answer(await this.admin.createKey(tenantId, body));
  }

  /** Gives a key another secret; the one it has is good for a while. */
  @Post('keys/:keyId/rotate')
  @Answers(ApiKeyShown)
  @Refuses('TENANT_NOT_FOUND', 'API_KEY_NOT_FOUND')
  @Audit('key.rotate', 'keyId')
  async rotateKey(
    @Ids('tenantId', 'keyId') of: { tenantId: Uuid; keyId: Uuid },
    @Body() { overlapMs }: RotateApiKeyDto,
  ): Promise<Answer<ApiKeyShown>> {
    return answer(await this.admin.rotateKey(of, overlapMs));
  }

  /** Ends a key for good. */
  @Delete('keys/:keyId')
  @Answers(Ended)
  @Refuses('TENANT_NOT_FOUND', 'API_KEY_NOT_FOUND')
  @Audit('key.revoke', 'keyId')
  async revokeKey(
    @Ids('tenantId', 'keyId') { tenantId, keyId }: { tenantId: Uuid; keyId: Uuid },
  ): Promise<Answer<Ended>> {
    await this.admin.revokeKey(tenantId, keyId);
    return answer({ ended: true });
  }

  /** Whose tokens a tenant takes. Of secrets nothing is told. */
  @Get('token-issuers')
  @Answers(TokenIssuerList)
  @Refuses('TENANT_NOT_FOUND')
  async issuers(@TenantId tenantId: Uuid): Promise<Answer<TokenIssuerList>> {
    return answer({ issuers: await this.admin.inTenant(tenantId, (scope) => scope.tokenIssuers.list()) });
  }

  /** Agrees with an issuer, in place of what was agreed with it before. */
  @Put('token-issuers')
  @Answers(TokenIssuerAgreed)
  @Refuses('TENANT_NOT_FOUND')
  @Audit('issuer.put')
  async putIssuer(@TenantId tenantId: Uuid, @Body() body: PutTokenIssuerDto): Promise<Answer<TokenIssuerAgreed>> {
    return answer({ id: await this.admin.putIssuer(tenantId, body) });
  }

  /** Takes no tokens of an issuer any more. */
  @Delete('token-issuers/:issuerId')
  @Answers(Ended)
  @Refuses('TENANT_NOT_FOUND', 'NOT_FOUND')
  @Audit('issuer.end', 'issuerId')
  async endIssuer(
    @Ids('tenantId', 'issuerId') { tenantId, issuerId }: { tenantId: Uuid; issuerId: Uuid },
  ): Promise<Answer<Ended>> {
    await this.admin.endIssuer(tenantId, issuerId);
    return answer({ ended: true });
  }
}
