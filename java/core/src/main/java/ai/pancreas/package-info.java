/** Find the pancreas in an abdominal CT. Research software, not a medical device. */
package ai.pancreas;
