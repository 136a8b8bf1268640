#ifndef PROTOCOL_H
#define PROTOCOL_H

#include "client.h"

/* What clients speak. client.c has their sockets, and calls these functions. */

void prepare_protocol(const struct target *target);

/* The state of a new connection, in the memory of an earlier one if there is one. */
struct inbox *new_inbox(struct inbox *old);

/* The socket is connected. */
void begin_protocol(struct client *client);

void read_protocol(struct client *client, const uint8_t *data, size_t length);

/* For the protocols: */

/* The client can send messages from now on. */
void client_opened(struct client *client);

/* The answer to the client's message is complete. */
void client_echoed(struct client *client);

void client_closing(struct client *client, int code);

/* A message always fits into the send buffer, since a client has one message in flight. */
void send_whole(struct client *client, const void *bytes, size_t length);

#endif
