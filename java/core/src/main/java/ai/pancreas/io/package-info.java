/** Files that appear whole or not at all. */
package ai.pancreas.io;
