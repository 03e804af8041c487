/* Asks the C library, as any C program does: `lookup NAME...`. Prints a JSON array with one value for each name: its
   addresses of both families, sorted, or what kind of error came instead. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { MOST_ADDRESSES = 64 };

static int by_text(const void *a, const void *b) { return strcmp(a, b); }

static void print_addresses(const struct addrinfo *first) {
  static char texts[MOST_ADDRESSES][NI_MAXHOST];
  size_t count = 0;
  for (const struct addrinfo *at = first; at != NULL && count < MOST_ADDRESSES; at = at->ai_next)
    if (getnameinfo(at->ai_addr, at->ai_addrlen, texts[count], NI_MAXHOST, NULL, 0, NI_NUMERICHOST) == 0) count++;
  qsort(texts, count, NI_MAXHOST, by_text);
  putchar('[');
  for (size_t i = 0; i < count; i++) printf("%s\"%s\"", i == 0 ? "" : ",", texts[i]);
  putchar(']');
}

int main(int argc, char **argv) {
  const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  putchar('[');
  for (int i = 1; i < argc; i++) {
    struct addrinfo *found;
    int error = getaddrinfo(argv[i], NULL, &hints, &found);
    if (i > 1) putchar(',');
    if (error == 0) print_addresses(found);
    else if (error == EAI_NONAME || error == EAI_NODATA) fputs("\"not found\"", stdout);
    else fputs("\"failed\"", stdout);
    if (error == 0) freeaddrinfo(found);
  }
  puts("]");
  return 0;
}
