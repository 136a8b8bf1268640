import type { Server } from 'node:http';
import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ApiSettings } from '#libs/settings';
import { createGatewayDialer, type DialGateway } from '#libs/test-connections';
import { API_SETTINGS, DIAL_GATEWAY, GATEWAY_IN_PROCESS } from '../composition/injection-tokens.js';
import { TestAdmission } from './test-admission.js';
import { TestConnectionsController } from './test-connections.controller.js';
import { TestConnectionsGateway } from './test-connections.gateway.js';

@Module({
  controllers: [TestConnectionsController],
  providers: [
    TestAdmission,
    TestConnectionsGateway,
    {
      provide: DIAL_GATEWAY,
      inject: [API_SETTINGS, GATEWAY_IN_PROCESS, HttpAdapterHost],
      useFactory: (
        { upstreamAllow, gatewayPublicUrl }: ApiSettings,
        gatewayInProcess: () => string | null,
        { httpAdapter }: HttpAdapterHost,
      ): DialGateway =>
        createGatewayDialer({
          allow: upstreamAllow,
          gateways: () => [gatewayPublicUrl, gatewayInProcess()],
          ownAddress: () => {
            const address = (httpAdapter.getHttpServer() as Server).address();
            return typeof address === 'string' ? null : address;
          },
        }),
    },
  ],
})
export class TestConnectionsModule {}
