import { Module } from '@nestjs/common';
import { RoutesModule } from '../routes/routes.module.js';
import { UpstreamsController } from './upstreams.controller.js';
import { UpstreamsService } from './upstreams.service.js';

@Module({ imports: [RoutesModule], controllers: [UpstreamsController], providers: [UpstreamsService] })
export class UpstreamsModule {}
