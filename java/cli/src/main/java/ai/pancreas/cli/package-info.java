/** The command line. It reads options, calls the library and prints what comes out. */
package ai.pancreas.cli;
