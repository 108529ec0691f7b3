/*
 * The yardstick of the auth gateway: a FastCGI program that does nothing but answer 204, with the
 * same number of processes, behind the same nginx.
 */

#include <fcgiapp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	FCGX_Request request;

	if (argc != 2)
		return 2;
	FCGX_Init();
	int fd = FCGX_OpenSocket(argv[1], 512);
	if (fd < 0 || chmod(argv[1], 0666) != 0)
		return 1;
	if (fork() == 0)
		prctl(PR_SET_PDEATHSIG, SIGTERM);
	FCGX_InitRequest(&request, fd, 0);
	while (FCGX_Accept_r(&request) == 0) {
		FCGX_PutS("Status: 204 No Content\r\n\r\n", request.out);
		FCGX_Finish_r(&request);
	}
	return 0;
}
