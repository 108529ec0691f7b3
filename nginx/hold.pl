# hold.pl RUN TLS_WANTED TLS_LAST LOCAL_WANTED LOCAL_LAST COMMAND...: makes every listening socket and becomes COMMAND.
#
# They outlive whoever serves them, so that a restart of nginx or of a pool refuses nobody, and no other run can take a port
# between choosing and using it. RUN gets pool.sock for each pool at descriptors 20 to 25, then come the public port (26, and
# 27 for IPv6) and the loopback port (28). SIGNALBOX_HELD tells COMMAND: RUN, both ports, and the descriptors of nginx.
use strict;
use warnings;
use Fcntl;
use POSIX ();
use Socket;

my ($run, $tls_wanted, $tls_last, $local_wanted, $local_last, @command) = @ARGV;
my %held;
$^F = 255;

sub refuse {
	print STDERR "signalbox: @_\n";
	exit 1;
}

# Non-blocking, for nginx takes an inherited socket as it is: of two workers woken for one connection the second would
# sleep in accept, and with it everybody whom it serves.
sub keep {
	my ($s, $fd) = @_;
	fcntl($s, F_SETFL, fcntl($s, F_GETFL, 0) | O_NONBLOCK) or refuse("descriptor $fd: $!");
	POSIX::dup2(fileno($s), $fd) // refuse("descriptor $fd: $!");
	$held{$fd} = 1;
}

sub pool {
	my ($name, $fd) = @_;
	my $path = "$run/$name.sock";
	my $s;
	unlink $path;
	umask 0117;
	socket($s, PF_UNIX, SOCK_STREAM, 0) && bind($s, sockaddr_un($path)) && listen($s, 1024) or refuse("$path: $!");
	umask 0077;
	keep($s, $fd);
}

sub listening {
	my ($family, $address) = @_;
	my $s;
	socket($s, $family, SOCK_STREAM, 0) or return;
	setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
	setsockopt($s, Socket::IPPROTO_IPV6(), Socket::IPV6_V6ONLY(), 1) if $family == PF_INET6;
	return bind($s, $address) && listen($s, 511) ? $s : undef;
}

sub is_free_with {
	my ($port, $public) = @_;
	my $four = listening(PF_INET, pack_sockaddr_in($port, $public ? INADDR_ANY : INADDR_LOOPBACK)) or return;
	return [$four] unless $public && $public eq 'both';
	my $six = listening(PF_INET6, pack_sockaddr_in6($port, Socket::IN6ADDR_ANY())) or return;
	return [$four, $six];
}

# What was asked for by name, else that of the last run, else the next free one.
sub choose {
	my ($variable, $wanted, $last, $first, $public) = @_;
	my @ports = $wanted ne '' ? ($wanted) : (($last ne '' ? $last : ()), $first .. $first + 500);
	for my $port (@ports) {
		my $sockets = is_free_with($port, $public);
		return ($port, @$sockets) if $sockets;
	}
	refuse($wanted ne '' ? "$variable: port $wanted is taken, or not ours to use" : "no free port from $first to @{[$first + 500]}");
}

my $fd = 20;
pool($_, $fd++) for qw(auth admin api hook gate engine);
my $six = listening(PF_INET6, pack_sockaddr_in6(0, Socket::IN6ADDR_ANY()));
my ($tls, @tls) = choose('SIGNALBOX_PORT', $tls_wanted, $tls_last, 8443, $six ? 'both' : 'four');
my ($local, $local_socket) = choose('SIGNALBOX_LOCAL_PORT', $local_wanted, $local_last, 8480, '');
keep($tls[0], 26);
keep($tls[1], 27) if $tls[1];
keep($local_socket, 28);
$ENV{SIGNALBOX_HELD} = join ' ', $tls, $local, join('', map { "$_;" } grep { $_ > 25 } sort keys %held), $run;
exec @command or refuse("$command[0]: $!");
