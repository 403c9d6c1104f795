<?php
// What the programs have in common.

/** Runs the checks in order, and prints each that holds. */
function run(string $version, array $checks): void
{
    echo "version $version\n";
    foreach ($checks as $name => $check) {
        $check();
        echo "passed $name\n";
    }
}

/** Ends the program if a value is not the expected one. */
function equal(mixed $got, mixed $expected): void
{
    if ($got !== $expected) {
        throw new LogicException(var_export($got, true).' instead of '.var_export($expected, true));
    }
}

/** Asks the control interface for something. */
function emulator(string $path, array $body): void
{
    $request = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => json_encode($body)];
    $context = stream_context_create(['http' => $request]);
    equal(is_string(file_get_contents(getenv('AWS_ENDPOINT_URL')."/_emulator/$path", false, $context)), true);
}

/** The version of a package of Debian, without the number of the packaging. */
function version(string $package): string
{
    return preg_replace('/[-+].*/', '', exec("dpkg-query -W -f '\${Version}' $package"));
}
