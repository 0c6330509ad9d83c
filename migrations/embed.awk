# SPDX-License-Identifier: Apache-2.0
#
# Writes the migrations given as arguments as the C file that
# include/db/migrations.h declares.  A terminating entry that is not counted
# keeps the array legal while there are none.

BEGIN {
    print "/* Written by migrations/embed.awk. */"
    print "#include \"db/migrations.h\""
    print ""
    print "const struct migration migrations[] = {"
}

FNR == 1 {
    if (n++ > 0) {
        print "    },"
    }
    name = FILENAME
    sub(/^.*\//, "", name)
    sub(/\.sql$/, "", name)
    number = name
    sub(/_.*$/, "", number)
    printf "    { .number = %d, .name = \"%s\", .sql =\n", number, name
}

{
    gsub(/["?\\]/, "\\\\&")
    gsub(/\t/, "\\t")
    printf "        \"%s\\n\"\n", $0
}

END {
    if (n > 0) {
        print "    },"
    }
    print "    { .number = 0, .name = NULL, .sql = NULL },"
    print "};"
    print ""
    printf "const size_t n_migrations = %d;\n", n
}
