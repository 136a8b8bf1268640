import { Global, Module } from '@nestjs/common';
import { OpenApiDocument } from './openapi-document.js';

@Global()
@Module({ providers: [OpenApiDocument], exports: [OpenApiDocument] })
export class OpenApiModule {}
