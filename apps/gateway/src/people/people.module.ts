import { Module } from '@nestjs/common';
import { PeopleController } from './people.controller.js';
import { PeopleService } from './people.service.js';

/** What a tenant has of its end users. */
@Module({ controllers: [PeopleController], providers: [PeopleService] })
export class PeopleModule {}
