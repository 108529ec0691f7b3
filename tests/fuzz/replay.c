/* replay NAME PATH...: runs a fuzz entry over files and folders of files: make test replays the
 * corpora so, without libFuzzer. */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"

static struct fuzz_entry *entries;
static int replayed;

void fuzz_add(struct fuzz_entry *entry)
{
	entry->next = entries;
	entries = entry;
}

static void replay_file(const struct fuzz_entry *entry, const char *path)
{
	FILE *f = fopen(path, "rb");

	if (f == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	uint8_t *whole = malloc(FUZZ_INPUT_MAX);
	if (whole == NULL)
		exit(EXIT_FAILURE);
	size_t len = fread(whole, 1, FUZZ_INPUT_MAX, f);
	uint8_t *data = malloc(len > 0 ? len : 1); /* its own size: a read past the end shows */
	if (data == NULL)
		exit(EXIT_FAILURE);
	memcpy(data, whole, len);
	entry->run(data, len);
	free(data);
	free(whole);
	fclose(f);
	replayed++;
}

static void replay(const struct fuzz_entry *entry, const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);
	char file[4096];

	if (n < 0) {
		replay_file(entry, path);
		return;
	}
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			replay(entry, file);
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv)
{
	const struct fuzz_entry *entry = entries;

	while (entry != NULL && (argc < 2 || strcmp(entry->name, argv[1]) != 0))
		entry = entry->next;
	for (int i = 2; i < argc && entry != NULL; i++)
		replay(entry, argv[i]);
	printf("%s: %d replayed\n", entry != NULL ? entry->name : "nothing", replayed);
	return replayed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
