import { Module } from '@nestjs/common';
import { PlanWriter } from './plan-writer.js';

@Module({ providers: [PlanWriter], exports: [PlanWriter] })
export class PlansModule {}
