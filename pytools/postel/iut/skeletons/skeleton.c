/* NAME, plugged into Postel: frames come and go by one descriptor, lines of the upper tester's protocol by standard input
 * and output. Nothing answers yet: frame() is where your stack begins, `operations` where its upper interface does. */
#include <arpa/inet.h>
#include <ctype.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FRAME_MAX 65549
#define LINE_OCTETS 140000 /* with LF */
#define KEYS_MAX 16

struct key {
    char *name, *value;
};

static int wire; /* a message is a frame */
static uint8_t mac[6], addr[4];

/* A frame came in; send() each that goes out for it. */
static void frame(const uint8_t *octets, size_t len)
{
    (void)octets;
    (void)len;
}

static void hello(const char *seq, const struct key *keys)
{
    if (strcmp(keys[0].value, "1") != 0)
        printf("%s err code=EINVAL\n", seq);
    else /* `skeleton` goes when frames are answered; udp, vtime, ... come, and the names that set and add know */
        printf("%s ok version=1 name=NAME release=0 caps=skeleton\n", seq);
}

/* reset: forget sockets, neighbours, fragments, counters. sync: events of what was delivered before go out first. */
static void done(const char *seq, const struct key *keys)
{
    (void)keys;
    printf("%s ok\n", seq);
}

static const struct {
    const char *name;
    void (*act)(const char *seq, const struct key *keys);
    const char *needs; /* its one key, or NULL */
} operations[] = {{"hello", hello, "version"}, {"reset", done, NULL}, {"sync", done, NULL}};

/* Ends the word that `*rest` begins with and moves on behind it; NULL: that is no word. */
static char *word(char **rest)
{
    char *begin = *rest;

    if (begin == NULL || *begin == '\0' || *begin == ' ')
        return NULL;
    *rest = strchr(begin, ' ');
    if (*rest != NULL)
        *(*rest)++ = '\0';
    return begin;
}

static bool is_name(const char *text)
{
    return *text != '\0' && text[strspn(text, "0123456789._-abcdefghijklmnopqrstuvwxyz"
                                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

static void line(char *text, size_t len)
{
    struct key keys[KEYS_MAX];
    char *rest = text, *seq = word(&rest), *name = seq ? word(&rest) : NULL;
    size_t count = 0;
    bool right = len < LINE_OCTETS && name != NULL && strlen(seq) <= 10 &&
                 strspn(seq, "0123456789") == strlen(seq) && is_name(name);

    while (right && rest != NULL) {
        char *one = word(&rest), *value = one != NULL ? strchr(one, '=') : NULL;

        right = value != NULL;
        if (!right)
            break;
        *value++ = '\0';
        right = is_name(one);
        for (const char *c = value; *c != '\0'; c++)
            right = right && isgraph((unsigned char)*c);
        if (count < KEYS_MAX)
            keys[count] = (struct key){one, value};
        count++;
    }
    if (!right) {
        printf("0 err code=EPROTO\n");
        return;
    }
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        const char *needs = operations[i].needs;

        if (strcmp(operations[i].name, name) != 0)
            continue;
        if (count != (needs != NULL) || (needs != NULL && strcmp(keys[0].name, needs) != 0))
            printf("%s err code=EINVAL\n", seq);
        else
            operations[i].act(seq, keys);
        return;
    }
    printf("%s err code=ENOSYS\n", seq);
}

/* Takes what came on standard input apart; of a line that is too long the beginning will do. */
static bool lines(void)
{
    static char held[LINE_OCTETS + 1];
    static size_t len;
    char more[65536];
    ssize_t got = read(STDIN_FILENO, more, sizeof more);

    for (ssize_t i = 0; i < got; i++) {
        if (more[i] == '\0')
            more[i] = '\t'; /* no less wrong, and no end of a string */
        if (more[i] != '\n') {
            held[len] = more[i];
            len += len < LINE_OCTETS;
            continue;
        }
        held[len] = '\0';
        line(held, len);
        len = 0;
    }
    fflush(stdout);
    return got > 0;
}

int main(int argc, char **argv)
{
    static uint8_t octets[FRAME_MAX];

    if (argc != 4 || sscanf(argv[2], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1], &mac[2], &mac[3],
                            &mac[4], &mac[5]) != 6 || inet_pton(AF_INET, argv[3], addr) != 1) {
        fprintf(stderr, "usage: %s DESCRIPTOR MAC ADDRESS\n", argv[0]);
        return 2;
    }
    wire = atoi(argv[1]);
    for (;;) {
        struct pollfd ready[] = {{.fd = wire, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};

        poll(ready, 2, -1);
        if (ready[0].revents) { /* frames first: what came before a line is then told before its answer */
            ssize_t len = read(wire, octets, sizeof octets);

            if (len <= 0)
                return 0;
            frame(octets, (size_t)len);
        } else if (!lines()) {
            return 0;
        }
    }
}
